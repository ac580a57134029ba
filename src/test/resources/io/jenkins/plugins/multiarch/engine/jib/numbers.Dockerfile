FROM scratch
COPY --chown=4294967294:2147483648 hello.txt /large/
COPY --chmod=7 hello.txt /one
COPY --chmod=00755 hello.txt /zeros
COPY --chmod=4711 hello.txt /four
EXPOSE 0 65535
HEALTHCHECK --interval=.5s --start-period=1.s500us --timeout=2562047h --retries=2147483647 CMD ["x"]
