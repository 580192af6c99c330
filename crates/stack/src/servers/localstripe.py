# Started with -c by localstripe.rs; the argument is the port.
#
# localstripe's own start listens on every interface, and after every change writes its whole store to one fixed file in
# /tmp: two at once would get into each other's way, and nobody wants the file.

import logging
import sys

from aiohttp import web
from localstripe import resources, server

resources.Store.dump_to_disk = lambda store: None
logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(message)s")
web.run_app(server.app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
