"""The operator console's addresses."""

from starlette.routing import Route

from ui.operator import board, earnings, work

ROUTES = [
    Route("/operator", board.show_board),
    Route("/operator/earnings", earnings.show_earnings),
    Route("/operator/work/{work}", work.show_work),
    Route("/operator/work/{work}/label", work.show_label),
    Route("/operator/work/{work}/problem", work.ask_problem),
    Route("/operator/work/{work}/ship", work.ask_ship),
    Route("/operator/work/{work}/problem", work.report_problem, methods=["POST"]),
    Route("/operator/work/{work}/ship", work.ship, methods=["POST"]),
    Route("/operator/work/{work}/{action}", work.act, methods=["POST"]),
]
