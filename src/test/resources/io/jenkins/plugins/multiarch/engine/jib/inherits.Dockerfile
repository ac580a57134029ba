FROM trigger AS first
ENTRYPOINT ["first"]
CMD ["of", "first"]
FROM first AS second
ENTRYPOINT ["second"]
FROM second
CMD third
SHELL ["/bin/sh", "-ec"]
CMD ["fourth", "quoted", "$HOME"]
LABEL base=no
