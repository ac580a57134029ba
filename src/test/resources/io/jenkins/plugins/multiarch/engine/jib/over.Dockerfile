FROM base
COPY dir /etc
COPY hello.txt /etc/motd
COPY dir/sub /etc/sub
ENV PATH=/only
CMD ["new"]
