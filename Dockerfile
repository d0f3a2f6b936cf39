# The bot alone, without the sandbox and the tests; the same steps as the Makefile's.
FROM python:3.13-slim

RUN useradd --system --create-home --uid 10001 firstframe
WORKDIR /app

COPY Makefile ./
COPY requirements/run.txt requirements/run.txt
# The newest make will do; the font draws Chinese, Japanese and Korean names into the moderators' report.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends make fonts-droid-fallback \
    && make .venv/run.stamp \
    && rm -rf /var/lib/apt/lists/*

COPY bot.py house.py logs.py settings.py ./
COPY cogs cogs
COPY engine engine
COPY client client
COPY storage storage
COPY media media
# Here, since the bot's user may not write beside the code: it would compile all of it at each start.
RUN .venv/bin/python -m compileall -q bot.py house.py logs.py settings.py cogs engine client storage media

ENV FIRSTFRAME_DATA_DIR=/data \
    PYTHONUNBUFFERED=1
RUN mkdir /data && chown firstframe /data
VOLUME /data
USER 10001

# SIGTERM lets what is under way finish: give it `docker stop --time 90`.
STOPSIGNAL SIGTERM
ENTRYPOINT [".venv/bin/python", "bot.py"]
CMD ["run"]
