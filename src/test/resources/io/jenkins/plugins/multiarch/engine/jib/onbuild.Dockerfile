FROM trigger
COPY program /after
