#!/bin/sh
# The machines of TestPagesAsANewcomer, which runs
#
#	unshare --mount --net --pid --fork --kill-child --mount-proc sh newcomer.sh machine GM
#
# as root. The newcomer's has the user "me", and of gm the one file in /usr/local/bin. The
# host has sshd, and the users "me" and "user". They share the network and the programs,
# but neither homes nor temporary files. /mnt/prompts has a line for each prompt of the
# newcomer's shell, outside of sessions: the status of the last command. Both machines end
# with the standard input.
set -e

# homes BASHRC makes homes and temporary files of a machine.
homes() {
	for dir in /home /tmp /var/tmp /dev/shm /run; do mount -t tmpfs -o mode=1777 none $dir; done
	mkdir /run/sshd
	for user in me user; do
		mkdir -p /home/$user/.ssh
		cp /mnt/key.pub /home/$user/.ssh/authorized_keys
		echo "$1" >/home/$user/.bashrc
		echo '. ~/.bashrc' >/home/$user/.bash_profile
		chown -R $user:$user /home/$user
		chmod 700 /home/$user/.ssh
	done
}

case $1 in
machine)
	ip link set lo up
	ip addr add 192.0.2.10/32 dev lo
	ip route add default dev lo
	mount -t tmpfs -o mode=755 none /mnt
	cp -a /etc /mnt/etc
	mount --bind /mnt/etc /etc
	printf '%s\n' 'me:x:64001:64001::/home/me:/bin/bash' 'user:x:64002:64002::/home/user:/bin/bash' >>/etc/passwd
	printf '%s\n' 'me:x:64001:' 'user:x:64002:' >>/etc/group
	printf '%s\n' 'me:*:1::::::' 'user:*:1::::::' >>/etc/shadow
	echo '192.0.2.10 host db' >>/etc/hosts
	: >/mnt/prompts
	chmod 666 /mnt/prompts
	cp "$2" /mnt/gm
	mount -t tmpfs -o mode=755 none /usr/local/bin
	rm -rf /etc/ssh/* /etc/motd /etc/update-motd.d
	ssh-keygen -q -t ed25519 -N '' -C me -f /mnt/key
	ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
	printf '%s\n' 'UsePAM no' 'PasswordAuthentication no' 'X11Forwarding yes' 'Subsystem sftp internal-sftp' >/etc/ssh/sshd_config
	unshare --mount sh "$0" host </dev/null &
	cp /mnt/gm /usr/local/bin
	ln -s gm /usr/local/bin/gmssh
	homes 'PS1="\${GM_SESSION:+session }\$ " PROMPT_COMMAND="s=\$?; [ \"\$GM_SESSION\" ] || echo \$s >>/mnt/prompts"'
	install -o me -m 600 /mnt/key /home/me/.ssh/id_ed25519
	echo ready >>/mnt/prompts
	cat >/dev/null # until the test ends, however it does
	;;
host)
	homes 'PS1="host\$ "'
	echo listening >>/mnt/prompts
	exec /usr/sbin/sshd -D -e
	;;
esac
