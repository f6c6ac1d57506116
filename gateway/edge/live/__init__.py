"""Live hints to browsers: "this changed, fetch it again", over Server-Sent Events."""
