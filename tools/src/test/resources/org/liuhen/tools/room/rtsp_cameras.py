"""An RTSP server with cameras that play a file in real time, for tests.

Arguments: FILE USER PASSWORD. /open asks for nobody's name; /closed asks for USER and PASSWORD, and has sound as well.
Both need H.264 in the file; /modern, open too, plays H.265 and AAC from it.
Prints "ready PORT", then "play PATH MILLIS" whenever somebody begins to be sent pictures.
"""
import sys
import time

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

Gst.init(None)
file, user, password = sys.argv[1:4]
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service("0")
mounts = server.get_mount_points()


def camera(path, pipeline):
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(pipeline)
    factory.set_shared(False)
    factory.set_protocols(GstRtsp.RTSPLowerTrans.TCP)
    mounts.add_factory(path, factory)
    return factory


picture = f'filesrc location="{file}" ! qtdemux ! queue ! rtph264pay name=pay0 pt=96 config-interval=1'
sound = "audiotestsrc is-live=false wave=ticks ! audio/x-raw,rate=8000,channels=1 ! alawenc ! rtppcmapay name=pay1 pt=8"
opened = camera("/open", f"( {picture} )")
modern = camera(
    "/modern",
    f'( filesrc location="{file}" ! qtdemux name=all'
    " all.video_0 ! queue ! rtph265pay name=pay0 pt=96 config-interval=1 all.audio_0 ! queue ! rtpmp4gpay name=pay1 pt=97 )",
)
closed = camera("/closed", f"( {picture} {sound} )")

auth = GstRtspServer.RTSPAuth()
auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
allowed = GstRtspServer.RTSPToken()
allowed.set_string("media.factory.role", "user")
auth.add_digest(user, password, allowed)
anonymous = GstRtspServer.RTSPToken()
anonymous.set_string("media.factory.role", "anonymous")
auth.set_default_token(anonymous)
server.set_auth(auth)


def permit(factory, anonymous_may):
    # whoever may know of a camera but not see it is asked who he is
    permissions = GstRtspServer.RTSPPermissions()
    for role, may in (("user", True), ("anonymous", anonymous_may)):
        permissions.add_permission_for_role(role, "media.factory.access", True)
        permissions.add_permission_for_role(role, "media.factory.construct", may)
    factory.set_permissions(permissions)


permit(opened, True)
permit(modern, True)
permit(closed, False)


def connected(_, client):
    client.connect("play-request", lambda _, ctx: print("play", ctx.uri.abspath, int(time.time() * 1000), flush=True))


server.connect("client-connected", connected)
server.attach(None)
print("ready", server.get_bound_port(), flush=True)
loop = GLib.MainLoop()
# ends with whoever started it
GLib.io_add_watch(sys.stdin, GLib.IO_HUP | GLib.IO_IN, lambda *_: loop.quit())
loop.run()
