FROM base
ENTRYPOINT exec /bin/program
