# The agent's own nginx as the servant.

nginx_ready() {
  command -v nginx >/dev/null 2>&1 || { fail 'there is no nginx here'; return 1; }
  nginx_passes || fail "the configuration of this nginx does not pass nginx -t, so nothing was written and nothing reloaded: $words"
}

nginx_put() { need_dir "${include%/*}" && put_file "$include" 644 "include $proxies/*/server.conf;$nl"; }

# nginx_serves NAME PORT: whether it listens there.
nginx_serves() { listeners "$2" && nginx_runs && owns "$master"; }

# nginx_serve: nothing is reloaded that does not pass, and nothing stays that would keep nginx from its next start.
nginx_serve() {
  why=
  if ! nginx_passes; then
    why="with it nginx -t does not pass: $words"
  else
    case $whole in
      *"# configuration file $include:"*) ;;
      *) why="/etc/nginx/nginx.conf does not include ${include%/*}/*.conf in its http block" ;;
    esac
  fi
  if [ -n "$why" ]; then
    take_back "$include"
    fail "$include was taken away again and nothing was reloaded, since $why"
    return 1
  fi
  if nginx_runs; then
    words=$(kill -HUP "$master" 2>&1) || { fail "reloading nginx: $words"; return 1; }
    note changed 'nginx reloaded'
  else
    nginx_start || return 1
    note changed 'nginx started'
  fi
}

# nginx_start: through systemd where there is one, so that it comes back after a reboot. One that ran by itself before the
# first proxy came is not regctl's to stop, also if it is started again here.
nginx_start() {
  [ -z "$first_time" ] || note_down "$state/proxy/started" '' || :
  if [ -d /run/systemd/system ]; then
    if ! systemctl is-enabled -q nginx 2>/dev/null; then
      words=$(systemctl enable nginx 2>&1) || { fail "systemctl enable nginx: $words"; return 1; }
      note_down "$state/proxy/enabled" '' || :
    fi
    words=$(systemctl start nginx 2>&1) || { fail "systemctl start nginx: $words"; return 1; }
  else
    # It outlives this script, and must not take the lock along.
    nginx >"$state/proxy/said" 2>&1 8<&- 9<&- || { fail "starting nginx: $(head -n 1 "$state/proxy/said")"; return 1; }
  fi
}

nginx_says() {
  log=$(sed -n 's/^[[:space:]]*error_log[[:space:]]\{1,\}\([^; ]*\).*/\1/p' /etc/nginx/nginx.conf 2>/dev/null | head -n 1)
  tail -n 50 "${log:-/var/log/nginx/error.log}" 2>/dev/null
}
