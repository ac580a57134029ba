FROM base
ENV A="with \"quotes\"" B='single $A' C=back\\slash D=a\ b E="two words" F="$A" G=${B}x H=\$A
ENV old style value with   spaces
ENV I="$A" J='it''s' K="a'b"'c"d' L=${C}\
more
LABEL "key with space"="v" k2=v2\
 k3='x y'
EXPOSE 1000 2000/udp
COPY hello.txt \
  /a/\
b
