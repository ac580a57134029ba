FROM base
USER app:staff
WORKDIR /home/app/work/deep
COPY hello.txt .
COPY --chown=:50 hello.txt group
COPY --chown=app: hello.txt user
COPY --chown=12 dir new/dir/
USER 77
WORKDIR /by/number
USER root
WORKDIR ../up/./two//three
