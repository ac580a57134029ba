# escape=\
ARG BASE=base
FROM $BASE
ARG VERSION=1.2
ARG TARGETARCH
LABEL org.example.version=$VERSION org.example.arch="${TARGETARCH}" "quoted key"='single $VERSION'
ENV ONE=1 TWO="a b" THREE=${ONE:-x} PATH=/opt/bin:$PATH
ENV OLD the old  form
ENV AGAIN=${ONE}${TWO:+set}${MISSING:-default}
EXPOSE 80 443/tcp 53/udp
VOLUME /data ["/ignored"]
VOLUME ["/logs", "/cache"]
USER 1000:1001
STOPSIGNAL SIGQUIT
HEALTHCHECK --interval=1m30s --timeout=3s --start-period=5s --retries=4 CMD wget -q localhost || exit 1
SHELL ["/bin/sh", "-ec"]
ENTRYPOINT ["/bin/sh"]
CMD ["echo", "hello  world"]
WORKDIR /srv
WORKDIR app/../app
