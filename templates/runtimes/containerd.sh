# containerd, as the kubelet and crictl use it: through its CRI plugin, which reads hosts.toml files only where its
# config_path leads, at every pull. To set config_path takes a restart, so that is left to the operator.

containerd_config=

containerd_here() { command -v containerd >/dev/null 2>&1 && containerd_settings && containerd_has_cri; }

# What containerd makes of its configuration, with includes and defaults; else the file as it is. Blanks and quotes are
# taken out, which leaves lines such as [plugins.io.containerd.grpc.v1.cri.registry] and config_path=/a:/b.
containerd_settings() {
  [ -z "$containerd_config" ] || return 0
  toml=/etc/containerd/config.toml
  if [ -e $toml ]; then
    containerd_config=$(containerd config dump 2>/dev/null || cat $toml)
  else
    containerd_config=$(containerd config default 2>/dev/null)
  fi
  containerd_config=$(printf '%s\n' "$containerd_config" | tr -d "\"' \t\r")
  case $(containerd_setting '' version) in
    '' | 1) plugin=cri ;;
    2) plugin=io.containerd.grpc.v1.cri ;;
    *) plugin=io.containerd.cri.v1.images ;;
  esac
}

# containerd_setting TABLE KEY: the value there; TABLE is empty for the lines above the first one.
containerd_setting() {
  table=
  printf '%s\n' "$containerd_config" | while read -r line; do
    case $line in
      '['*) table=${line#?} table=${table%%]*} ;;
      "$2="*)
        [ "$table" != "$1" ] || { line=${line#*=}; printf '%s' "${line%%#*}"; break; }
        ;;
    esac
  done
}

containerd_has_cri() {
  case $(containerd_setting '' disabled_plugins) in
    *cri*) return 1 ;;
  esac
}

# containerd_trust NAME CA
containerd_trust() {
  containerd_settings
  containerd_has_cri || { unsupported "the CRI plugin is off: disabled_plugins in $toml"; return; }
  paths=$(containerd_setting "plugins.$plugin.registry" config_path)
  case $paths in
    /*) ;;
    *) unsupported "$(containerd_advice)"; return ;;
  esac
  containerd_folder "$1"
  certs_d "$folder" "$2" && containerd_hosts "$folder/hosts.toml" "$1"
  # From 2.1 on, pulls by the transfer service take the whole list for the name of one folder.
  case $paths,$(containerd_setting "plugins.$plugin" use_local_image_pull) in
    *:*,false) unsupported "config_path is a list, which this containerd does not split; $(containerd_advice)" ;;
  esac
}

# containerd_folder NAME: its folder in the first of the paths.
containerd_folder() {
  folder=${paths%%:*}/$1
  # containerd looks for this spelling first.
  case $1 in
    *:*) other=${paths%%:*}/${1%:*}_${1##*:}_; [ ! -d "$other" ] || folder=$other ;;
  esac
}

containerd_holds() {
  containerd_here || return 0
  paths=$(containerd_setting "plugins.$plugin.registry" config_path)
  case $paths in
    /*) containerd_folder "$1"; [ ! -e "$folder/ca.crt" ] || held=1 ;;
  esac
}

# What was written went where config_path led at that time.
containerd_untrust() {
  wanted=$1
  each_ours containerd_take_back
}

containerd_take_back() {
  case $1 in
    /etc/docker/*/ca.crt | /etc/containers/* | /etc/regctl/*) ;;
    */"$wanted"/* | */"${wanted%:*}_${wanted##*:}_"/*) take_back "$1" ;;
  esac
}

# containerd_hosts FILE NAME: one that somebody else wrote is left alone, since it may say more than we know.
containerd_hosts() {
  ours='# Written by regctl trust-agents; without this line it is left alone.'
  if [ -s "$1" ]; then
    IFS= read -r first <"$1"
    [ "$first" = "$ours" ] || { containerd_foreign "$1" "$2"; return; }
  fi
  # Before 2.0 a file without a [host] table is not understood; what is above the first table is for the last resort.
  put_file "$1" 644 "$ours
server = \"https://$2\"
ca = \"${1%/*}/ca.crt\"

[host.\"https://$2\"]
  ca = \"${1%/*}/ca.crt\"
"
}

containerd_foreign() {
  case $(cat "$1") in
    *ca.crt*) ;;
    *) unsupported "$1 is not regctl's and does not name the CA: under [host.\"https://$2\"] add ca = \"${1%/*}/ca.crt\"" ;;
  esac
}

# The line that the operator has to write.
containerd_advice() {
  case $containerd_config in
    *"[plugins.$plugin.registry.mirrors."*) printf 'move registry.mirrors into hosts.toml files, then ' ;;
  esac
  quoted=$plugin
  [ $plugin = cri ] || quoted=\"$plugin\"
  printf 'set config_path = "/etc/containerd/certs.d" under [plugins.%s.registry] in %s and restart containerd' "$quoted" "$toml"
}
