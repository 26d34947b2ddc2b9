# The firmware's own user, and what rules of udev would give to its groups.
mkdir -p /etc
cat >/etc/passwd <<'END'
root:x:0:0::/:/bin/sh
nasboard:x:900:900::/data/nasboard:/bin/false
END
cat >/etc/group <<'END'
root:x:0:
input:x:101:
gpio:x:102:
dialout:x:103:
nasboard:x:900:
END
give() {
  group=$1
  shift
  for node; do
    [ ! -e "$node" ] || { chgrp "$group" "$node" && chmod g+rw "$node"; }
  done
}
give input /dev/input/event*
give gpio /dev/gpiochip*
give dialout /dev/ttyS0
give nasboard /dev/rtc0 /dev/watchdog*
give nasboard /sys/class/leds/nas:*/brightness /sys/class/leds/nas:*/trigger
mkdir -p /data/nasboard && chown nasboard:nasboard /data/nasboard
# In place of logind: takes the orders «reboot» and «poweroff» from that user.
mkfifo /run/power && give nasboard /run/power
while read -r order </run/power; do
  case $order in reboot | poweroff) sync && "$order" -f ;; esac
done &
