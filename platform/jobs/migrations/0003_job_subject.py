"""Names what a job is about, for lists of them."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0002_job_resumes'),
    ]

    operations = [
        migrations.AddField(
            model_name='job',
            name='subject',
            field=models.CharField(blank=True, default='', max_length=128),
        ),
    ]
