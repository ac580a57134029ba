ARG BASE=base
FROM ${BASE}
LABEL org.opencontainers.image.title="A site" \
      org.opencontainers.image.description="It's \"quoted\" and has a \$ sign" \
      org.opencontainers.image.version='1.0'
WORKDIR /usr/share/site/html
COPY . .
EXPOSE 80 443
STOPSIGNAL SIGQUIT
HEALTHCHECK --interval=1m30s --timeout=3s --start-period=500ms --retries=5 CMD wget -q -O- http://localhost/ || exit 1
CMD ["nginx", "-g", "daemon off;"]
