# A cross-compiled program on nothing.
FROM scratch
COPY program /server
USER 65532:65532
EXPOSE 8080/tcp
ENTRYPOINT ["/server"]
CMD ["--listen", ":8080"]
