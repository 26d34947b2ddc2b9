#!/bin/busybox sh
# First program of the guest: mounts what there is, loads drivers, runs what the host asks for.
/bin/busybox mkdir -p /proc /sys /dev /tmp /run /data
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sysfs /sys
/bin/busybox mount -t devtmpfs devtmpfs /dev
/bin/busybox mkdir -p /dev/pts
/bin/busybox mount -t devpts devpts /dev/pts
exec </dev/console >/dev/console 2>&1
/bin/busybox --install -s /bin
export PATH=/bin PS1='guest# '
for module in $(cat /modules.list); do
  insmod "/lib/modules/$module" 2>/dev/null || echo "@note $module was not loaded"
done
ip link set lo up
if [ -e /sys/class/net/eth0 ]; then
  ip link set eth0 up && ip addr add 10.0.2.15/24 dev eth0 && ip route add default via 10.0.2.2
fi
[ ! -b /dev/vda ] || mount -t ext4 /dev/vda /data || echo "@note no data disk"
. /app/rig/user.sh
echo "@guest $(uname -r)"
stty -echo
cd /app || exit 1
task=$(sed -n 's/.* task=\([a-z0-9-]*\).*/\1/p' /proc/cmdline)
NODE_PATH=/app/node_modules /bin/node /app/rig/main.js "$task"
echo "@exit $?"
sync
poweroff -f
