FROM scratch AS files
COPY dir /out
FROM base AS tool
COPY --from=files /out/sub /opt/sub
ENV FROM_TOOL=yes
FROM tool
COPY --from=0 /out /all
COPY --from=base /etc/passwd /etc/group /accounts/
COPY --from=files /out/inner /opt/inner
