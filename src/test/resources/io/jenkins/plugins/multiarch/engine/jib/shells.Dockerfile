FROM base
CMD echo one   two
SHELL ["/bin/sh", "-x", "-c"]
HEALTHCHECK CMD ["check", "it"]
ENTRYPOINT []
USER app
ENV USER=x
LABEL a=$USER
MAINTAINER Some One <one@example.com>
