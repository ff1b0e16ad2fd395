"""Rules of the books kept about rows: corrections, readings, who verified."""

from collections.abc import Iterator

from extract.check.case import Case, Record, found
from extract.contract import ROWS
from extract.problem import Problem
from extract.tables import PRACTICES

__all__ = ["RULES"]

NOT_ENTERED = "（未抄）"
"""In a reading: this person entered no such row; as settled: nor was one."""

_TWO_READINGS = ("two readings", "两次读取", "两遍读取")


def stale_correction(case: Case) -> Iterator[Problem]:
    """A correction still matches the row it corrects."""
    for record in case.sound("corrections"):
        row = case.rows_by_id.get(record["row"])
        names = ("document", "start", "end", "as_written", "unit")
        differing = [name for name in names if row and row[name] != record[name]]
        if row and differing:
            columns = ", ".join(differing)
            yield found(
                record,
                "stale-correction",
                en=(
                    f"{columns} no longer match {record['row']}",
                    "look at the row again; renew or remove the correction",
                ),
                zh=(f"{columns} 已与 {record['row']} 不符", "重看该行，更新或删去这条更正"),
            )


def stale_reading(case: Case) -> Iterator[Problem]:
    """What two readings settled on is what the row says."""
    for record in case.sound("readings"):
        row = case.rows_by_id.get(record["row"])
        if row and record["settled"] not in {row[record["field"]], NOT_ENTERED}:
            yield found(
                record,
                "stale-reading",
                en=(
                    f"settled on {record['field']} '{record['settled']}', {record['row']} has "
                    f"'{row[record['field']]}'",
                    "correct the row, or settle anew",
                ),
                zh=(
                    f"{record['field']} 定为“{record['settled']}”，{record['row']} 却是"
                    f"“{row[record['field']]}”",
                    "更正该行，或重新定稿",
                ),
            )


def no_difference(case: Case) -> Iterator[Problem]:
    """A recorded difference between readings is one."""
    for record in case.sound("readings"):
        if record["first"] == record["second"]:
            yield found(
                record,
                "no-difference",
                en=("first and second reading are the same", "remove the line or correct it"),
                zh=("两次读取相同", "删去本行或更正"),
            )


def readings_order(case: Case) -> Iterator[Problem]:
    """The second reading is not before the first, nor without it."""
    for row in [*case.rows, *case.practices]:
        if row["read_2_on"] and row["read_2_on"] < (row["read_1_on"] or "9999"):
            yield found(
                row,
                "readings-order",
                en=(
                    "the second reading is dated before the first, or without it",
                    "correct read_1_on and read_2_on",
                ),
                zh=("第二次读取早于第一次，或没有第一次", "更正 read_1_on、read_2_on"),
            )


def claimed_verification(case: Case) -> Iterator[Problem]:
    """Who verified is stated with role and means, and only once two readings are recorded."""
    for row in case.rows:
        claimed, done = row["verified_by"], _has_two_readings(row)
        if claimed and not done:
            yield found(
                row,
                "claimed-verification",
                en=(
                    f"verified_by says '{claimed}', two readings are not recorded",
                    "enter both dates, or leave verified_by empty",
                ),
                zh=(
                    f"verified_by 写“{claimed}”，却没有两次读取的日期",
                    "填写两次日期，或把 verified_by 留空",
                ),
            )
        elif done and not _states_role_and_means(claimed):
            yield found(
                row,
                "claimed-verification",
                en=(
                    f"verified_by '{claimed}' does not state role and means",
                    "write who and how, such as: maintainers, two readings",
                ),
                zh=(
                    f"verified_by “{claimed}”没有写明何人、何种方式",
                    "写明，如：maintainers, two readings",
                ),
            )


def read_once(case: Case) -> Iterator[Problem]:
    """Rows without a second reading are counted: they are shown as not verified."""
    counts: dict[str, int] = {}
    for name in (ROWS, *([PRACTICES] if case.has(PRACTICES) else [])):
        table = case.sound_frame(name)
        once = table[(table["read_1_on"] == "") | (table["read_2_on"] == "")]
        for file, count in once["_file"].value_counts(sort=False).items():
            counts[str(file)] = int(count)
    for file, count in counts.items():
        yield found(
            file,
            "read-once",
            en=(
                f"{count} rows have not been read twice and are shown as not verified",
                "read them again from the document without looking at the first reading",
            ),
            zh=(f"{count}行没有读过两次，按未核对显示", "不看第一次结果，从原文再读一次"),
            severity="note",
        )


RULES = (
    stale_correction,
    stale_reading,
    no_difference,
    readings_order,
    claimed_verification,
    read_once,
)


def _has_two_readings(row: Record) -> bool:
    return bool(row["read_1_on"] and row["read_2_on"])


def _states_role_and_means(claimed: str) -> bool:
    role, _, means = claimed.replace("，", ",").partition(",")
    return bool(role.strip()) and means.strip() in _TWO_READINGS
