# The production image: the application and what it needs, run by a user without rights. Servers are other containers.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    OVERREAD_MANAGED_ENV=1 OVERREAD_VAR=/var/lib/overread HOME=/tmp
WORKDIR /app
COPY requirements.txt .
RUN pip install --require-hashes -r requirements.txt
COPY . .
RUN useradd --system --uid 10001 --no-create-home overread \
    && install -d -o overread -g overread -m 0700 /var/lib/overread
USER overread
VOLUME /var/lib/overread
EXPOSE 8000
CMD ["gunicorn", "annotation_site.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--workers", "3", "--threads", "8", "--timeout", "120", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
