"""A release of 100,000 boxes: freezing the rows and making COCO, CSV, manifest and zip."""

import resource
import time
import uuid

from running import overread

CASES, BOXES = 1000, 100


def main() -> None:
    with overread():
        from labeling.actions.release_exports import export_release  # noqa: PLC0415  # needs Django to be ready
        from labeling.actions.releases import Wish, create_release  # noqa: PLC0415
        from labeling.models import Annotation, AnnotationVersion, Read, Release  # noqa: PLC0415
        from tests import builders  # noqa: PLC0415

        project = builders.project()
        label = builders.schema(project).labels.first()
        manager, reader = builders.member(project, "manager"), builders.member(project, "reader")
        reads = [builders.read(builders.case(project), reader) for _ in range(CASES)]
        instances = {i.series.study.case.pk: i for i in project.instances.select_related("series__study__case")}
        marks = [Annotation(id=uuid.uuid4(), read=read) for read in reads for _ in range(BOXES)]
        Annotation.objects.bulk_create(marks, batch_size=5000)
        AnnotationVersion.objects.bulk_create(
            (
                AnnotationVersion(
                    annotation=mark,
                    version=1,
                    label=label,
                    shape="box",
                    geometry={"x": number % 150 + 0.25, "y": number % 80 + 0.5, "width": 20.5, "height": 10.25},
                    instance=instances[mark.read.case_id],
                    frame=1,
                    idempotency_key=uuid.uuid4(),
                    content_digest="0" * 64,
                )
                for number, mark in enumerate(marks)
            ),
            batch_size=5000,
        )
        Read.objects.update(state="submitted", submitted_at="2026-01-01T00:00Z")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        begun = time.perf_counter()
        release = create_release(actor=manager, project=project, wish=Wish("benchmark"))
        frozen = time.perf_counter()
        export_release(release.pk)
        done = time.perf_counter()
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        found = Release.objects.get()
        print("| boxes | freeze s | make files s | zip MB | growth of peak memory MB |\n|---|---|---|---|---|")
        size = (found.archive_bytes or 0) / 1e6
        print(f"| {len(marks)} | {frozen - begun:.2f} | {done - frozen:.1f} | {size:.1f} | {grown / 1024:.0f} |")


if __name__ == "__main__":
    main()
