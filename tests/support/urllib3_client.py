"""
For tests: `python3 urllib3_client.py RETRIES PARALLEL URL...` asks for each URL with the bearer token in the
environment's TOKEN, so many at a time; urllib3 alone decides whether and when to ask again. Prints, as JSON a line,
the version of urllib3 and then the path and status of each answer as it comes.
"""
import json
import logging
import os
import sys
from concurrent.futures import ThreadPoolExecutor

try:
    import urllib3
except ImportError:
    from pip._vendor import urllib3


class Answers(logging.Handler):
    def emit(self, record):
        if len(record.args) == 8:
            _, _, _, _, path, _, status, _ = record.args
            print(json.dumps({"path": path, "status": status}), flush=True)


print(json.dumps({"version": urllib3.__version__}), flush=True)
log = logging.getLogger(urllib3.__name__ + ".connectionpool")
log.setLevel(logging.DEBUG)
log.propagate = False
log.addHandler(Answers())

retries, parallel, urls = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
pool = urllib3.PoolManager(
    maxsize=parallel,
    retries=urllib3.Retry(total=retries),
    headers={"Authorization": "Bearer " + os.environ.get("TOKEN", "")},
)
with ThreadPoolExecutor(parallel) as executor:
    list(executor.map(lambda url: pool.request("GET", url), urls))
