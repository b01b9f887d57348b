"""What a case goes by: the working days and the product, as the law it is bound to lets them be."""

from activities.ports import Books
from activities.step import Job
from workflows.domain.calendar import WorkingCalendar
from workflows.domain.policy import Policy, Product


async def calendar_of(books: Books, job: Job) -> WorkingCalendar:
    """Find the working days that count for the case."""
    law = await books.packs.of_case(job.case_id)
    return await books.calendars.load(law.pack.calendar)


async def product_of(books: Books, job: Job, policy: Policy) -> Product:
    """Find what was sold: never more lent, never less time to think, than the law says."""
    law = await books.packs.of_case(job.case_id)
    sold = await books.policies.product(policy.product_code, policy.product_version)
    return law.bound(sold)
