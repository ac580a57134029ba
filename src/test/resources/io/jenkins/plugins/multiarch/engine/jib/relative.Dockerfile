FROM base
WORKDIR /work
COPY hello.txt .
COPY dir ./sub
WORKDIR deeper
COPY hello.txt ../up
COPY hello.txt ./
