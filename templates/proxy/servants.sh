# What serves the local proxies of this agent: its own nginx, or a container of its Docker Engine. Each reads
# $proxies/*/server.conf, one for each registry.

proxies=/etc/regctl/proxy
include=/etc/nginx/conf.d/regctl.conf
container=regctl-proxy

# nginx_runs: sets $master to the process id of the agent's own nginx.
nginx_runs() {
  master=
  file=$(sed -n 's/^[[:space:]]*pid[[:space:]]\{1,\}\([^;]*\);.*/\1/p' /etc/nginx/nginx.conf 2>/dev/null | head -n 1)
  { read -r master <"${file:-/run/nginx.pid}"; } 2>/dev/null
  [ -n "$master" ] && [ "$(cat "/proc/$master/comm" 2>/dev/null)" = nginx ] || { master=; return 1; }
}

# nginx_passes: whether nginx takes its configuration; $whole is all of it, or $words is what is wrong.
nginx_passes() {
  whole=$(nginx -T 2>&1) && return 0
  words=$(printf '%s\n' "$whole" | grep -F '[emerg]' | head -n 1)
  words=${words##*"#"}
  words=${words#*: }
  return 1
}

# container_is: sets $pid (0 where it does not run) and $made (what it was made of; empty where it is not regctl's) of
# the container, where there is one.
container_is() {
  pid='' made=''
  said=$(docker inspect --type container -f '{{.State.Pid}} {{index .Config.Labels "regctl.proxy"}}' "$container" 2>/dev/null) || return 1
  pid=${said%% *} made=${said#* }
  [ "$made" != '<no value>' ] || made=
}

# nginx_leaves: the agent's nginx serves no proxy any more; where it was started for them alone, it ends.
nginx_leaves() {
  [ -f "$state/ours$include" ] || return 0
  take_back "$include"
  if [ -f "$state/proxy/started" ]; then nginx_stops; else nginx_reloads; fi || return 1
  rm -f "$state/proxy/started" "$state/proxy/enabled" "$state/proxy/said"
}

nginx_reloads() {
  nginx_runs || return 0
  nginx_passes || { fail "nginx goes on as it is: nginx -t does not pass, so nothing was reloaded: $words"; return 1; }
  kill -HUP "$master"
  note changed 'nginx reloaded'
}

nginx_stops() {
  if [ -d /run/systemd/system ]; then
    words=$(systemctl stop nginx 2>&1) || { fail "systemctl stop nginx: $words"; return 1; }
    [ ! -f "$state/proxy/enabled" ] || systemctl disable nginx >/dev/null 2>&1
  elif nginx_runs; then
    kill -QUIT "$master"
  fi
  note changed 'nginx stopped'
}

# reload_servant: it reads anew what is written for it, whoever it is.
reload_servant() {
  if [ -f "$state/proxy/container" ]; then
    words=$(docker kill -s HUP "$container" 2>&1) || { fail "reloading $container: $words"; return 1; }
    note changed "$container reloaded"
  else
    nginx_reloads
  fi
}

# docker_leaves: the container goes, and its image where it came for it alone.
docker_leaves() {
  [ -f "$state/proxy/container" ] || return 0
  words=$(docker rm -f "$container" 2>&1) || case $words in
    *'No such container'*) ;;
    *) fail "removing $container: $words"; return 1 ;;
  esac
  note removed "container $container"
  # One that something else runs by now stays.
  [ ! -f "$state/proxy/image" ] || docker rmi "$(cat "$state/proxy/image")" >/dev/null 2>&1
  rm -f "$state/proxy/container" "$state/proxy/image"
  take_back "$proxies/nginx.conf"
}
