FROM base
COPY hello.txt /srv/file
COPY other.txt /srv/file
COPY dir /srv/tree
COPY dir/sub /srv/tree/sub
COPY hello.txt /srv/tree/sub/alpha
COPY --chmod=600 dir/sub /srv/modes
COPY --chmod=700 --chown=3:4 dir /srv/modes/below
COPY hello.txt /srv/tree
COPY *.txt /srv/tree
COPY program /bin
COPY dir/sub/ /bin/
COPY hello.txt /etc/private/
