# A container of the agent's Docker Engine as the servant. $image is what it is made of.

docker_ready() {
  command -v docker >/dev/null 2>&1 && [ -S /var/run/docker.sock ] || { fail 'there is no Docker Engine here'; return 1; }
  if container_is && [ -z "$made" ]; then
    fail "there is a container $container that is not regctl's"
    return 1
  fi
  [ -z "$(image_id)" ] || return 0
  bring_image || return 1
  note_down "$state/proxy/image" "$image" || :
}

image_id() { docker inspect --type image "$image" 2>/dev/null | sed -n 's/^ *"Id": "\(sha256:[0-9a-f]*\)".*/\1/p' | head -n 1; }

# docker_put: the container's own configuration, and in a look the container too.
docker_put() {
  put_file "$proxies/nginx.conf" 644 "$main_conf" || return 1
  [ -z "$check" ] || { container_is && [ "$made" = "$image" ]; } || note drifted "container $container"
}

# docker_serves NAME PORT: whether it listens there.
docker_serves() { listeners "$2" && container_is && owns "$pid"; }

docker_serve() {
  if container_is && [ "$made" = "$image" ] && [ "$pid" != 0 ]; then
    words=$(docker exec "$container" nginx -t -q -c "$proxies/nginx.conf" 2>&1) || { fail "nothing was reloaded: $words"; return 1; }
    words=$(docker kill -s HUP "$container" 2>&1) || { fail "reloading $container: $words"; return 1; }
    note changed "$container reloaded"
    return
  fi
  [ -z "$pid" ] || docker rm -f "$container" >/dev/null 2>&1
  note_down "$state/proxy/container" "$image" || :
  # It sees the host's 127.0.0.1, has no right that nginx does not need, and comes back after a reboot.
  words=$(docker run -d --name "$container" --label "regctl.proxy=$image" --restart always --network host \
    --user 65534:65534 --cap-drop ALL --security-opt no-new-privileges --security-opt label=disable \
    --read-only --tmpfs /tmp:rw,uid=65534,gid=65534,mode=0700 --log-driver json-file --log-opt max-size=10m --log-opt max-file=3 \
    -v "$proxies:$proxies:ro" --entrypoint nginx "$image" -c "$proxies/nginx.conf" 2>&1) ||
    { docker rm -f "$container" >/dev/null 2>&1; fail "docker run: $(printf %s "$words" | tail -n 1)"; return 1; }
  note changed "$container started"
}

docker_says() { docker logs --tail 50 "$container" 2>&1; }
