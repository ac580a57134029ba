FROM base
ADD archive.tar /plain/
ADD archive.tar.gz /zipped
ADD hello.txt /copied.txt
COPY archive.tar /kept.tar
