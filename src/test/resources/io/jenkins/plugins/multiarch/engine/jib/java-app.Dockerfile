FROM base AS runtime
ENV JAVA_HOME=/opt/java \
    LANG=C.UTF-8
ENV PATH=$JAVA_HOME/bin:$PATH
FROM runtime
ARG VERSION=1.2
ARG JAR=app-${VERSION}.jar
ENV VERSION=${VERSION} JAR=$JAR EMPTY= UNSET=${NOTHING} DEFAULT="${NOTHING:-de fault}" GIVEN=${VERSION:+given}
LABEL version="$VERSION" jar=$JAR
WORKDIR /opt/app
COPY --chown=app hello.txt lib/$JAR
COPY --chown=1000 other.txt lib/
USER app
WORKDIR data
VOLUME ["/opt/app/data", "/var/$VERSION"]
ENTRYPOINT exec java -jar lib/$JAR
