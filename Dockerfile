# docker build -t word2vec-lab .
# docker run --rm --read-only --tmpfs /tmp -p 8501:8501 --memory 4g word2vec-lab --name 192.168.1.20
# The name is the one under which students reach the machine: a container does not know it.
FROM python:3.12-slim

WORKDIR /lab
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY .streamlit .streamlit
COPY core core
COPY data data
COPY lessons lessons
COPY pages pages
COPY static static
COPY ui ui
COPY dashboard.py LICENSE ./
# The script that draws the animations is written once, here, as the running program may not write
RUN python -c "from ui.player import player; player.vega_url()" && useradd --system lab
USER lab
EXPOSE 8501
ENTRYPOINT ["python", "-m", "ui.open_to_class"]
