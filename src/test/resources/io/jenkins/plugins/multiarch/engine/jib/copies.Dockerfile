FROM base
COPY hello.txt /tmp/
COPY hello.txt program /usr/local/share/
COPY dir /opt/dir
COPY dir/ /opt/other/
COPY *.txt /opt/texts/
COPY dir/s?b/[a-m]* /opt/pattern/
COPY hello.txt /bin/renamed
COPY --chmod=4711 program /bin/program
COPY --chown=7:8 dir /srv/owned
COPY --chown=app:staff hello.txt /srv/named
COPY link /opt/followed
COPY ["with space.txt", "/opt/with space/"]
