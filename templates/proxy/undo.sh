# How local proxies go again.

# untrust_proxies NAME…
untrust_proxies() {
  begin local-proxy
  for name; do
    for file in "$proxies/$name/server.conf" "$proxies/$name/ca.crt"; do
      [ ! -f "$state/ours$file" ] || [ -n "$check" ] || note_down "$state/proxy/pending" '' || :
      take_back "$file"
    done
  done
  if [ -z "$check" ] && [ -e "$state/proxy/pending" ]; then
    if others_stay; then reload_servant; else docker_leaves && nginx_leaves; fi && rm -f "$state/proxy/pending"
    rmdir "$state/proxy" 2>/dev/null
  fi
  [ -z "$detail" ] || finish
}

others_stay() {
  set -- "$proxies"/*/server.conf
  [ -e "$1" ]
}
