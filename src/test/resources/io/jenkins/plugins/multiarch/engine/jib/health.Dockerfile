FROM base
HEALTHCHECK NONE
MAINTAINER Somebody <s@example.org>
