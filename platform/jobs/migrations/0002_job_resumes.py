"""Counts how often a job was taken up again after a restart."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='job',
            name='resumes',
            field=models.PositiveSmallIntegerField(default=0),
        ),
    ]
