"""Why a model's answer is not there, in one line for the person, in both languages."""

from typing import Literal

from assistant.readers.llm.endpoint import Endpoint

Reason = Literal[
    "unreachable", "slow", "dropped", "busy", "key", "no key", "model", "window", "refused", "broken",
    "malformed", "empty", "unsupported", "itself",
]  # fmt: skip

_WHY: dict[Reason, dict[str, str]] = {
    "unreachable": {
        "en": "The model at {host} cannot be reached",
        "ar": "تعذّر الوصول إلى النموذج في {host}",
    },
    "slow": {
        "en": "The model at {host} said nothing for {seconds:.0f} seconds",
        "ar": "لم يقل النموذج في {host} شيئًا مدة {seconds:.0f} ثانية",
    },
    "dropped": {
        "en": "The connection to {host} broke off in the middle of the answer",
        "ar": "انقطع الاتصال مع {host} في أثناء الجواب",
    },
    "busy": {
        "en": "{host} takes no more questions for now (too many requests)",
        "ar": "{host} لا يقبل أسئلة أخرى الآن (طلبات كثيرة)",
    },
    "key": {
        "en": "{host} refused the key (MAJLIS_LLM_KEY or --llm-key-file)",
        "ar": "رفض {host} المفتاح (MAJLIS_LLM_KEY أو --llm-key-file)",
    },
    "no key": {
        "en": "{host} wants a key (MAJLIS_LLM_KEY or --llm-key-file)",
        "ar": "{host} يطلب مفتاحًا (MAJLIS_LLM_KEY أو --llm-key-file)",
    },
    "model": {
        "en": "{host} does not know the model {model} (--llm-model, --llm-url)",
        "ar": "{host} لا يعرف النموذج {model} (--llm-model، --llm-url)",
    },
    "window": {
        "en": "The passages are too long for {model}: lower --llm-window",
        "ar": "المقاطع أطول مما يتسع له {model}: اخفض --llm-window",
    },
    "refused": {
        "en": "{host} refused the question ({detail})",
        "ar": "رفض {host} السؤال ({detail})",
    },
    "broken": {
        "en": "{host} failed ({detail})",
        "ar": "تعطّل {host} ({detail})",
    },
    "malformed": {
        "en": "What {host} sent cannot be read as an answer (--llm-url)",
        "ar": "ما أرسله {host} لا يُقرأ على أنه جواب (--llm-url)",
    },
    "empty": {
        "en": "The model {model} answered nothing",
        "ar": "لم يُجب النموذج {model} بشيء",
    },
    "itself": {
        "en": "{host} is Majlis itself, and no model: name a model's address with --llm-url",
        "ar": "{host} هو مجلس نفسه وليس نموذجًا: اذكر عنوان نموذج بالخيار --llm-url",
    },
    "unsupported": {
        "en": "The articles do not support what the model {model} wrote",
        "ar": "لا تسند المقالات ما كتبه النموذج {model}",
    },
}  # fmt: skip
_INSTEAD = {
    True: {
        "en": "; these are the articles' own words.",
        "ar": "؛ وهذا ما تقوله المقالات بنصّها.",
    },
    False: {"en": ".", "ar": "."},
}
OMITTED = {
    "en": "Left out, for no article supports it: sentences of the model's answer: {}.",
    "ar": "جُمل من جواب النموذج تُركت لأن المقالات لا تسندها: {}.",
}
CUT = {
    "en": "The model's answer was longer than its limit, and ends early.",
    "ar": "جواب النموذج أطول من حدّه، فانقطع قبل تمامه.",
}
LONGEST_DETAIL = 120  # characters


class ModelFailure(Exception):
    """No answer came of it; ``detail`` is of the endpoint, on one line, without the key."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = " ".join(detail.split())[:LONGEST_DETAIL]

    def notice(self, endpoint: Endpoint, language: str, *, instead: bool) -> str:
        """The line; ``instead``: the articles answer in the model's place."""
        why = _WHY[self.reason][language].format(
            host=endpoint.host,
            model=endpoint.model,
            seconds=endpoint.timeout,
            detail=self.detail,
        )
        return why + _INSTEAD[instead][language]
