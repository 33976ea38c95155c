#!/usr/bin/env bash
# Runs the lab's tests as a user without privileges: bash unprivileged.sh TEST HELPER, as root. What
# it needs, a /dev/net/tun that users may open, it has in a mount namespace of its own: the
# machine's device stays as it is. Exits with 77, skipped, where that can't be had.
set -u
if ((EUID != 0)); then
  echo "not root: the tests of the lab have run without privileges anyway"
  exit 77
fi
if [[ ${3:-} != inside ]]; then
  exec unshare --mount --propagation private bash "$0" "$1" "$2" inside
fi
folder=$(mktemp -d) || exit 1
# The folder is empty again when the namespace has gone, and is removed by whoever runs last in it.
trap 'umount "$folder" 2>/dev/null; rmdir "$folder"' EXIT
mount -t tmpfs -o mode=755 tmpfs "$folder" &&
  mknod -m 666 "$folder/tun" c 10 200 &&
  mount --bind "$folder/tun" /dev/net/tun || { echo "no device can be made here"; exit 77; }
# Where nobody may enter the tree that they were built in.
cp "$1" "$2" "$folder" || exit 1
ROUNDTRIP_LAB=helper setpriv --reuid=65534 --regid=65534 --clear-groups \
  "$folder/$(basename "$1")" --test-case="lab*"
status=$?
umount /dev/net/tun
exit $status
