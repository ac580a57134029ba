# A comment is no directive.
#escape=`
FROM base
LABEL one=1 \
# a comment between

      two=2
ENTRYPOINT [ "/bin/sh", \
  "-c" ]
COPY hello.txt \
  program \
  /many/
