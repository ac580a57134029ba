FROM base AS one
COPY dir /one
COPY link /one/named
COPY dir/relative /one/
FROM base
COPY --from=one /one /two
COPY --from=one /one/relative /single
COPY --from=one /bin/sh /shell
COPY --from=one /bin /all-of-bin
COPY --from=one /etc/pass* /etc/gr?up /accounts/
