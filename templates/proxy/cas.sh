# The CAs that local proxies check the registry by, where there are any: they are kept in step with those of the runtimes.

proxy_cas() {
  begin local-proxy
  each_registry proxy_ca
  if [ -z "$check" ] && [ "$change" != failed ] && [ -e "$state/proxy/pending" ]; then
    reload_servant && rm -f "$state/proxy/pending"
  fi
  [ -z "$detail" ] || finish
}

# proxy_ca NAME CA
proxy_ca() {
  file=$proxies/$1/ca.crt
  [ -f "$state/ours$file" ] && ! same "$file" "$2" || return 0
  [ -n "$check" ] || { lock && note_down "$state/proxy/pending" ''; } || return 1
  put_file "$file" 644 "$2"
}
