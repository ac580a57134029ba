FROM scratch
COPY . /all/
COPY dir /dir/
