"""What people and systems are told, in the three languages of MSign."""

WORDS: dict[str, tuple[str, str, str]] = {
    "expired": ("Termenul de semnare a trecut.", "Срок подписания истёк.", "The time to sign is over."),
    "cancelled": ("Semnarea a fost anulată.", "Подписание отменено.", "Signing was cancelled."),
    "failed": ("Semnarea nu a reușit.", "Подписать не удалось.", "Signing failed."),
    "valid": ("Semnăturile sunt valide.", "Подписи действительны.", "The signatures are valid."),
    "invalid": ("Semnăturile nu sunt valide.", "Подписи недействительны.", "The signatures are not valid."),
    "sign-title": ("Semnați documentul", "Подпишите документ", "Sign the document"),
    "document": ("Documentul", "Документ", "Document"),
    "asked-by": ("Cine cere semnătura", "Кто просит подпись", "Who asks for the signature"),
    "expected": ("Cine trebuie să semneze", "Кто должен подписать", "Who has to sign"),
    "anybody": ("oricine", "любой", "anybody"),
    "reason": ("Motivul", "Причина", "Reason"),
    "who": ("Cine sunteți?", "Кто вы?", "Who are you?"),
    "with": ("Cu ce semnați?", "Чем подписываете?", "What do you sign with?"),
    "mobile": ("Semnătura mobilă", "Мобильная подпись", "Mobile signature"),
    "nationalid": (
        "Buletinul de identitate electronic", "Электронное удостоверение личности", "Electronic identity card",
    ),
    "moldsign": ("Cheia MoldSign", "Ключ MoldSign", "MoldSign token"),
    "securesign": ("Cheia SecureSign", "Ключ SecureSign", "SecureSign token"),
    "tax": ("Semnătura Serviciului Fiscal", "Подпись налоговой службы", "Tax service signature"),
    "sign": ("Semnează", "Подписать", "Sign"),
    "cancel": ("Anulează", "Отменить", "Cancel"),
    "wrong-person": (
        "Acest document trebuie semnat de altă persoană.",
        "Этот документ должен подписать другой человек.",
        "Another person has to sign this document.",
    ),
    "pending": ("Cererea așteaptă.", "Запрос ожидает.", "The request waits."),
    "signed": ("Documentul este semnat.", "Документ подписан.", "The document is signed."),
    "unknown": ("Nu există o astfel de cerere.", "Такого запроса нет.", "There is no such request."),
    "no-return": ("Lipsește adresa de întoarcere.", "Нет адреса возврата.", "The address to return to is missing."),
    "bad-phone": (
        "Numărul de telefon nu este bun.", "Неверный номер телефона.", "The phone number is not right.",
    ),
    "back": ("Înapoi la serviciu", "Назад к услуге", "Back to the service"),
    "simulated": (
        "Aici nu se cere PIN: alegeți persoana.",
        "Здесь PIN не нужен: выберите человека.",
        "No PIN is asked for here: choose the person.",
    ),
}  # fmt: skip
LANGUAGES = ("ro", "ru", "en")


def say(key: str, language: str) -> str:
    """Return the words in this language; Romanian for one that MSign does not speak."""
    return WORDS[key][LANGUAGES.index(language) if language in LANGUAGES else 0]
