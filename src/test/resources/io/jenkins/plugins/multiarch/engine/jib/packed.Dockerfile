FROM base
WORKDIR /data
ADD archive.tar .
ADD --chown=9:10 archive.tar.gz owned/
ADD archive.tar archive.tar.gz both/
ADD hello.txt dir both/
ADD ["with space.txt", "archive.tar", "mixed/"]
