# Mesos' own containerizer (UCR) and fetcher, both through DC/OS' curl. It trusts every CA of one folder for every host,
# and finds each by a link that is named by the hash of its subject and a number: it tries .0, then .1, and stops at the
# first that is missing.

ucr_certs=/var/lib/dcos/pki/tls/certs

ucr_here() { [ -d /opt/mesosphere ] || [ -d /var/lib/dcos ]; }

# ucr_trust NAME CA HASHES: a file of this registry's own, with a link for the subject of each certificate in it.
ucr_trust() {
  file=regctl-$1.crt
  need_dir $ucr_certs && put_file "$ucr_certs/$file" 644 "$2" || return
  # The links are of no interest to a rehearsal: each takes a process.
  [ -z "$walk" ] || return 0
  for link in $ucr_certs/????????.*; do
    [ "$(readlink "$link")" = "$file" ] || continue
    hash=${link##*/}
    case " $3 " in
      *" ${hash%.*} "*) ;;
      *) ucr_unlink "$link" || return ;;
    esac
  done
  for hash in $3; do
    ucr_link "$ucr_certs/$hash" || return
  done
}

ucr_holds() { [ ! -e "$ucr_certs/regctl-$1.crt" ] || held=1; }

ucr_untrust() {
  file=regctl-$1.crt
  for link in $ucr_certs/????????.*; do
    [ "$(readlink "$link")" != "$file" ] || ucr_unlink "$link" || return
  done
  take_back "$ucr_certs/$file"
}

# ucr_link BASE: the link under the first number that no other CA has; one that leads nowhere is nobody's.
ucr_link() {
  number=0
  while [ -e "$1.$number" ]; do
    [ "$(readlink "$1.$number")" != "$file" ] || return 0
    number=$((number + 1))
  done
  put_link "$1.$number" "$file"
}

# ucr_unlink LINK: takes it out. The last of its row moves into the gap, or those behind it would not be found any more;
# the place at the end gets back what it had.
ucr_unlink() {
  [ -z "$check" ] || { note drifted "$1 is left over"; return 0; }
  last=${1##*.}
  while [ -e "${1%.*}.$((last + 1))" ]; do last=$((last + 1)); done
  last=${1%.*}.$last
  words=$(if [ "$last" = "$1" ]; then rm "$1" 2>&1; else mv -f "$last" "$1" 2>&1; fi) || { fail "$words"; return 1; }
  note changed "removed $1"
  [ ! -L "$state/before$last" ] || cp -pP "$state/before$last" "$last" 2>/dev/null
  forget "$last"
  [ "$last" != "$1" ] || return 0
  case $(readlink "$1") in
    "$file") ucr_unlink "$1" ;;
    regctl-*) record "$1" "$(readlink "$1")" ;;
    *) forget "$1" ;;
  esac
}
