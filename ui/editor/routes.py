"""The editor's addresses."""

from starlette.routing import Route

from ui.editor import models, uploads

ROUTES = [
    Route("/editor", uploads.show_uploads),
    Route("/editor", uploads.receive_upload, methods=["POST"]),
    Route("/editor/uploads", uploads.open_upload, methods=["POST"]),
    Route("/editor/uploads/{model}/complete", uploads.complete_upload, methods=["POST"]),
    Route("/editor/{model}", models.show_model),
    Route("/editor/{model}/repair", models.repair_model, methods=["POST"]),
    Route("/editor/{model}/delete", models.ask_delete),
    Route("/editor/{model}/delete", models.delete_model, methods=["POST"]),
]
