# Who listens where, from /proc: not every host has ss.

# listeners PORT: sets $inodes to the sockets that listen on that port of the loopback interface, of either family: an
# engine that is asked for localhost may well take ::1.
listeners() {
  inodes=
  any='00000000|00000000000000000000000000000000'
  loopback='0100007F|00000000000000000000000001000000|0000000000000000FFFF00000100007F'
  found=$(grep -hE "^ *[0-9]+: ($any|$loopback):$(printf %04X "$1") [0-9A-F]+:0000 0A " /proc/net/tcp /proc/net/tcp6 2>/dev/null) || return 0
  while read -r _ _ _ _ _ _ _ _ _ inode _; do
    inodes="$inodes $inode"
  done <<END
$found
END
}

# owns PID: whether that process holds all of $inodes, and there are some.
owns() {
  [ -n "$inodes" ] && [ -n "$1" ] || return 1
  open=$(ls -l "/proc/$1/fd" 2>/dev/null)
  for inode in $inodes; do
    case $open in *"socket:[$inode]"*) ;; *) return 1 ;; esac
  done
}

# holder: the name of a process that holds one of $inodes.
holder_of() {
  for process in /proc/[0-9]*; do
    for inode in $inodes; do
      case $(ls -l "$process/fd" 2>/dev/null) in
        *"socket:[$inode]"*) printf '%s (process %s)' "$(cat "$process/comm")" "${process#/proc/}"; return ;;
      esac
    done
  done
  printf 'another process'
}
